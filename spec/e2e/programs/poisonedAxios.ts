// Runs as a process of its own: an application that changes every default of axios, then requests a token. Its
// arguments are the address of the workspace, and whether axios is changed before or after this package has loaded it,
// or not at all. It prints the token.
import axios from 'axios';
import { firstValueFrom } from 'rxjs';
import { checkCredentials } from '../../../lib/auth/checkCredentials.ts';
import { requestToken } from '../../../lib/auth/requestToken.ts';

const [workspaceUrl = '', time] = process.argv.slice(2);
const credentials = checkCredentials(workspaceUrl, 'my-client', 'hush');

function refuse(): never {
  throw new Error('The application saw the request.');
}

function poison(): void {
  Object.assign(axios.defaults, {
    adapter: refuse,
    auth: { username: 'other-service', password: 'other-password' },
    baseURL: 'http://127.0.0.1:1/elsewhere',
    allowAbsoluteUrls: false,
    beforeRedirect: refuse,
    data: 'other=data',
    family: 6,
    httpAgent: { addRequest: refuse },
    httpsAgent: { addRequest: refuse },
    lookup: refuse,
    maxBodyLength: 1,
    maxContentLength: 1,
    maxRate: 1,
    maxRedirects: 5,
    method: 'put',
    onDownloadProgress: refuse,
    onUploadProgress: refuse,
    params: { other: 'parameter' },
    paramsSerializer: refuse,
    proxy: { host: '127.0.0.1', port: 1 },
    responseEncoding: 'utf16le',
    responseType: 'stream',
    signal: AbortSignal.abort(),
    socketPath: '/nowhere',
    timeout: 1,
    transformRequest: [refuse],
    transformResponse: [refuse],
    transport: { request: refuse },
    validateStatus: refuse,
    withCredentials: true,
    xsrfHeaderName: 'x-other',
  });
  for (const scope of ['common', 'post'] as const) {
    axios.defaults.headers[scope]['x-other'] = 'header';
    axios.defaults.headers[scope]['authorization'] = 'Bearer other-token';
    axios.defaults.headers[scope]['content-type'] = 'text/plain';
  }
  axios.interceptors.request.use(refuse);
  axios.interceptors.response.use(refuse);
  Object.assign(axios, { create: refuse, request: refuse, post: refuse, getAdapter: refuse });
  Object.assign(axios.Axios.prototype, { request: refuse, _request: refuse });
}

if (time === 'before') {
  poison();
} else if (time === 'after') {
  await firstValueFrom(requestToken({ credentials }));
  poison();
}
const { accessToken } = await firstValueFrom(requestToken({ credentials }));
console.log(accessToken);
