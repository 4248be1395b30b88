import { once } from 'node:events';
import { get } from 'node:http';

/** Makes the requests of the example: good ones, with secrets in the query, not found, and one that is given up. */
export async function makeRequests(url: string): Promise<void> {
  for (let n = 0; n < 100; n++) {
    const paths = ['/', `/large?n=${n}`, '/missing', '/login?token=secret'];
    const answers = await Promise.all(paths.map((path) => fetch(`${url}${path}`)));
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  }
  const request = get(`${url}/large`);
  const [response] = await once(request, 'response');
  response.destroy();
}
