/** Entry: styles, the backend, the app. */
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import type { Backend } from './lib/backend/backend';
import { tauriBackend } from './lib/backend/tauri';

/**
 * In the app the shell, always. In a browser during development an invented backend: the condition on the mode is known
 * when the product is built, so neither the branch nor what it imports is in the bundle.
 */
async function chooseBackend(): Promise<Backend> {
	if (import.meta.env.MODE !== 'production' && !('__TAURI_INTERNALS__' in window)) {
		const { developmentBackend } = await import('./lib/backend/development');
		return developmentBackend(new URLSearchParams(window.location.search));
	}
	return tauriBackend;
}

const target = document.getElementById('app');
if (target) {
	void chooseBackend().then((backend) => mount(App, { target, props: { backend } }));
}
