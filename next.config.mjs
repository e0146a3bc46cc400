import createNextIntlPlugin from 'next-intl/plugin';

const withNextIntl = createNextIntlPlugin('./src/i18n/request.ts');

/** The content security policy is made per request in src/proxy.ts, because it carries a nonce. */
const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=()' },
];

/** Read from disk at run time, so the tracer of imports does not find them. */
const runtimeFiles = [
  './prisma/migrations/**/*',
  './node_modules/@prisma/schema-engine-wasm/**/*.wasm',
  './node_modules/@electric-sql/pglite/dist/**/*',
];

/** @type {import('next').NextConfig} */
const config = {
  output: 'standalone',
  // A second server of the same checkout (while developing) keeps its files apart.
  distDir: process.env.NEXT_DIST_DIR ?? '.next',
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run check` checks types; a build for an operator need not do it again.
  typescript: { ignoreBuildErrors: true },
  // Native parts, WebAssembly or files beside the code: these stay ordinary node packages.
  serverExternalPackages: [
    '@aws-sdk/client-ec2',
    'ssh2',
    'node-forge',
    '@electric-sql/pglite',
    '@node-rs/argon2',
    '@prisma/schema-engine-wasm',
    'pg-boss',
    'pino',
    'prom-client',
  ],
  outputFileTracingIncludes: { '/*': runtimeFiles },
  experimental: { optimizePackageImports: ['@mantine/core', '@mantine/hooks', '@tabler/icons-react'] },
  headers: async () => [{ source: '/:path*', headers: securityHeaders }],
};

export default withNextIntl(config);
