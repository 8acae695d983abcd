import { fireEvent, render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { SIDEBAR, STEP } from './pane';
import Splitter from './Splitter.svelte';

function shown(mirrored = false) {
	const onresize = vi.fn();
	render(Splitter, { label: 'Width', controls: 'side', pane: SIDEBAR, width: 240, mirrored, onresize });
	return { onresize, separator: screen.getByRole('separator', { name: 'Width' }) };
}

describe('the border between two panes', () => {
	it('says where it is and where it can go', () => {
		const { separator } = shown();
		expect(separator).toHaveAttribute('aria-valuenow', '240');
		expect(separator).toHaveAttribute('aria-valuemin', String(SIDEBAR.least));
		expect(separator).toHaveAttribute('aria-valuemax', String(SIDEBAR.most));
		expect(separator).toHaveAttribute('aria-controls', 'side');
	});

	it('moves by keyboard', async () => {
		const { onresize, separator } = shown();
		separator.focus();
		await userEvent.keyboard('{ArrowRight}{ArrowLeft}{Home}{End}{Enter}a');
		expect(onresize.mock.calls.map(([width]) => width)).toEqual([240 + STEP, 240 - STEP, SIDEBAR.least, SIDEBAR.most, SIDEBAR.usual]);
	});

	it('moves the other way when its pane stands at the right', async () => {
		const { onresize, separator } = shown(true);
		separator.focus();
		await userEvent.keyboard('{ArrowLeft}');
		expect(onresize).toHaveBeenCalledWith(240 + STEP);
	});

	it('follows the pointer while it is held, and not after', async () => {
		const { onresize, separator } = shown();
		await fireEvent.pointerMove(separator, { clientX: 100 });
		expect(onresize).not.toHaveBeenCalled();
		await fireEvent.pointerDown(separator, { clientX: 240, button: 0, pointerId: 1 });
		await fireEvent.pointerMove(separator, { clientX: 300, pointerId: 1 });
		expect(onresize).toHaveBeenLastCalledWith(300);
		await fireEvent.pointerUp(separator, { pointerId: 1 });
		await fireEvent.pointerMove(separator, { clientX: 400, pointerId: 1 });
		expect(onresize).toHaveBeenCalledOnce();
	});
});
