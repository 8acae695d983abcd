/** Light, dark, or as the system has it. The stylesheet does the rest; see styles/tokens.css. */
import type { Theme } from '$lib/backend/bindings';

export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

export function applyTheme(theme: Theme): void {
	document.documentElement.dataset.theme = theme;
}
