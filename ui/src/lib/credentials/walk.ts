/**
 * The arrow keys in the list of credentials, which is one tab stop: left and right along the actions of one connection,
 * up and down to the same action of another one, Home and End to the first and the last connection.
 */
export function walk(event: KeyboardEvent, list: HTMLElement): void {
	if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
	const from = document.activeElement;
	if (!(from instanceof HTMLElement) || !from.dataset.action) return;
	const items = [...list.querySelectorAll<HTMLElement>('[data-connection]')];
	const at = items.findIndex((item) => item.contains(from));
	const here = items[at];
	if (!here) return;
	const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
	if (to !== undefined) {
		event.preventDefault();
		const item = items[Math.max(0, Math.min(to, items.length - 1))];
		sameAction(item, from.dataset.action)?.focus();
	} else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
		event.preventDefault();
		const actions = actionsOf(here);
		actions[actions.indexOf(from) + (event.key === 'ArrowRight' ? 1 : -1)]?.focus();
	}
}

function actionsOf(item: HTMLElement): HTMLElement[] {
	return [...item.querySelectorAll<HTMLElement>('[data-action]')];
}

function sameAction(item: HTMLElement | undefined, action: string): HTMLElement | undefined {
	if (!item) return undefined;
	const actions = actionsOf(item);
	return actions.find((one) => one.dataset.action === action) ?? actions[0];
}
