/** The page that computes: nothing to see, one contract to serve to whoever is on the wire. */
import { ComputeService } from './service.ts';
import { serveTransport } from './transport.ts';

serveTransport(new ComputeService().handlers);
