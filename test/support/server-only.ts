// Vitest has no react-server condition: the marker package is empty there, as it is in a server bundle.
export {};
