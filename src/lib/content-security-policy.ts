export interface ContentSecurityPolicyInput {
  /** Base64, fresh for each response. */
  readonly nonce: string;
  /** The development server evaluates code and writes style elements that carry no nonce. */
  readonly isDevelopment: boolean;
}

/**
 * The Content-Security-Policy of a page, as the header's value. Scripts run only with the nonce or when such a script
 * loads them; style elements need the nonce as well. Style attributes stay allowed, because server-rendered Mantine
 * sets its CSS variables with them. No upgrade-insecure-requests: on-premise consoles are also served over plain http.
 * Pure. Source: CSP Level 3, 6.1 and 8.2.
 */
export function contentSecurityPolicy({ nonce, isDevelopment }: ContentSecurityPolicyInput): string {
  const directives: Record<string, readonly string[]> = {
    'default-src': ["'self'"],
    'script-src': ["'self'", `'nonce-${nonce}'`, "'strict-dynamic'", ...(isDevelopment ? ["'unsafe-eval'"] : [])],
    'style-src-elem': ["'self'", isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`],
    'style-src-attr': ["'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'"],
    'worker-src': ["'self'", 'blob:'],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}
