/**
 * The time that relative dates are counted from. It moves once in half a minute, and only while somebody reads it and the
 * window can be seen: an idle app does nothing.
 */
import { createSubscriber } from 'svelte/reactivity';

const TICK = 30_000;

const subscribe = createSubscriber((update) => {
	let timer: ReturnType<typeof setInterval> | null = null;
	const stop = () => {
		if (timer !== null) clearInterval(timer);
		timer = null;
	};
	const follow = () => {
		stop();
		if (document.visibilityState === 'hidden') return;
		update();
		timer = setInterval(update, TICK);
	};
	document.addEventListener('visibilitychange', follow);
	if (document.visibilityState !== 'hidden') timer = setInterval(update, TICK);
	return () => {
		document.removeEventListener('visibilitychange', follow);
		stop();
	};
});

/** Milliseconds since 1970. Reactive inside effects and templates, plain elsewhere. */
export function now(): number {
	subscribe();
	return Date.now();
}
