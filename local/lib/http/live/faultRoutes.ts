import type { Context } from 'hono';
import type { FaultsView } from '../../live/api/faultView.ts';
import { faultKinds } from '../../live/faultKinds.ts';
import { FaultRequestError, injectFault } from '../../live/injectFault.ts';
import { fullTableName } from '../../schema/deltaType.ts';
import type { HttpContext } from '../httpContext.ts';
import type { HttpRoute } from '../httpRoute.ts';

/** Faults: the kinds, those in force, and buttons for them. */
export function faultRoutes(context: HttpContext): readonly HttpRoute[] {
  return [
    {
      name: 'faults',
      title: 'Kinds of faults, and those in force',
      method: 'GET',
      path: '/api/local/faults',
      handlers: [(request) => request.json(view(context))],
    },
    {
      name: 'injectFault',
      title: 'Inject a fault',
      method: 'POST',
      path: '/api/local/faults',
      handlers: [(request) => answerInjection(request, context)],
    },
    {
      name: 'clearFaults',
      title: 'Clear all faults',
      method: 'DELETE',
      path: '/api/local/faults',
      handlers: [(request) => answerClear(request, context)],
    },
    {
      name: 'clearFault',
      title: 'Clear a fault',
      method: 'DELETE',
      path: '/api/local/faults/:id',
      handlers: [(request) => answerClear(request, context, request.req.param('id'))],
    },
  ];
}

function view({ faults }: HttpContext): FaultsView {
  return { kinds: faultKinds, active: faults.active };
}

async function answerInjection(request: Context, context: HttpContext): Promise<Response> {
  const { faults, live, findTable } = context;
  try {
    const body: unknown = JSON.parse(await request.req.text());
    const injected = injectFault(body, faults, (fullName) => {
      const table = findTable(fullName);
      return table === undefined ? undefined : fullTableName(table.definition);
    });
    live.monitor.refresh();
    return request.json(injected);
  } catch (error) {
    if (error instanceof FaultRequestError || error instanceof SyntaxError) {
      const message = error instanceof SyntaxError ? `The body is not JSON: ${error.message}.` : error.message;
      return request.json({ error_code: 'INVALID_PARAMETER_VALUE', message }, 400);
    }
    throw error;
  }
}

/** @param id clears only this one */
function answerClear(request: Context, context: HttpContext, id?: string): Response {
  const { faults, live } = context;
  if (id !== undefined && !faults.active.some((fault) => String(fault.id) === id)) {
    const message = `No fault with the id ${JSON.stringify(id)} is in force. It was cleared, or has happened often enough.`;
    return request.json({ error_code: 'FAULT_DOES_NOT_EXIST', message }, 404);
  }
  faults.clear(id === undefined ? undefined : Number(id));
  live.monitor.refresh();
  return request.json(view(context));
}
