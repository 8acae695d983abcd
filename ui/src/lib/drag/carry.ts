/** Dragging one of a row or a list of things to another place among them. */
import type { Attachment } from 'svelte/attachments';

type Carry = {
	/** Along which axis of the screen. */
	axis: 'x' | 'y';
	/** Whether it can be moved at all. */
	movable: () => boolean;
	/** Where the pointer is on the way, in CSS pixels from the window's edge; null when the drag is over. */
	onpull: (at: number | null) => void;
	/** The drag ended here. */
	ondrop: (at: number) => void;
};

/** A pointer that moves less than this clicks, in CSS pixels. */
const CLICK = 5;

/** Lets an element be carried. A drag is not a click; Escape calls it off. */
export function carry(of: Carry): Attachment<HTMLElement> {
	return (element) => {
		let drag: { pointer: number; from: number; begun: boolean } | null = null;
		let swallow = false;
		const placeOf = (event: PointerEvent): number => (of.axis === 'x' ? event.clientX : event.clientY);
		const take = (event: PointerEvent): void => {
			swallow = false;
			if (event.button === 0 && of.movable()) drag = { pointer: event.pointerId, from: placeOf(event), begun: false };
		};
		const pull = (event: PointerEvent): void => {
			if (drag?.pointer !== event.pointerId) return;
			if (!drag.begun && Math.abs(placeOf(event) - drag.from) < CLICK) return;
			if (!drag.begun) element.setPointerCapture?.(event.pointerId);
			drag.begun = true;
			of.onpull(placeOf(event));
		};
		const leave = (event: PointerEvent): void => {
			if (drag?.pointer !== event.pointerId) return;
			const { begun } = drag;
			drag = null;
			if (!begun) return;
			swallow = true;
			of.onpull(null);
			if (event.type === 'pointerup') of.ondrop(placeOf(event));
		};
		const click = (event: MouseEvent): void => {
			if (swallow) event.stopPropagation();
			swallow = false;
		};
		const key = (event: KeyboardEvent): void => {
			if (event.key !== 'Escape' || drag === null) return;
			event.preventDefault();
			event.stopPropagation();
			if (drag.begun) of.onpull(null);
			swallow = drag.begun;
			drag = null;
		};
		const controller = new AbortController();
		const { signal } = controller;
		element.addEventListener('pointerdown', take, { signal });
		element.addEventListener('pointermove', pull, { signal });
		element.addEventListener('pointerup', leave, { signal });
		element.addEventListener('pointercancel', leave, { signal });
		element.addEventListener('click', click, { signal });
		window.addEventListener('keydown', key, { signal, capture: true });
		return () => controller.abort();
	};
}
