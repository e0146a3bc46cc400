const changed = 'quaymaster:address';

/** Calls back when the page's own address has been changed by `replaceAddress`, by hand or by the browser's history. */
export function subscribeToAddress(listener: () => void): () => void {
  const events = [changed, 'hashchange', 'popstate'] as const;
  for (const event of events) window.addEventListener(event, listener);
  return () => {
    for (const event of events) window.removeEventListener(event, listener);
  };
}

/** Writes the address of what the page shows now. It asks the server for nothing, and the browser does not scroll. */
export function replaceAddress(url: string | URL): void {
  window.history.replaceState(null, '', url);
  window.dispatchEvent(new Event(changed));
}
