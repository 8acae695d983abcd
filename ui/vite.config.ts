import { fileURLToPath } from 'node:url';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const messages = paraglideVitePlugin({
	project: './project.inlang',
	outdir: './src/paraglide',
	outputStructure: 'locale-modules',
	// The language is the app's own state (see settings/language.svelte.ts): no cookie, no address, no server.
	strategy: ['globalVariable', 'baseLocale'],
	isServer: 'false',
	emitReadme: false,
});

export default defineConfig({
	plugins: [
		// Tests find the messages compiled: the `messages` script runs before them, with the same options.
		process.env.VITEST ? null : messages,
		svelte(),
		svelteTesting(),
	],
	resolve: {
		alias: { $lib: folder('./src/lib'), $paraglide: folder('./src/paraglide') },
	},
	// The desktop shell opens this address during development.
	server: { host: '127.0.0.1', port: 1420, strictPort: true },
	build: {
		outDir: 'dist',
		// WebKitGTK and WebView2 are current; the oldest engine is the Safari of macOS 13.
		target: ['safari16.4', 'chrome111'],
		// The content security policy has no data: for fonts and scripts, so nothing may be inlined.
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
		sourcemap: false,
	},
	test: {
		environment: 'jsdom',
		include: ['src/**/*.test.ts'],
		setupFiles: ['./src/test/setup.ts'],
		restoreMocks: true,
		// A bound for what hangs, not for what is slow: builders share their cores.
		testTimeout: 60_000,
		hookTimeout: 120_000,
	},
});
