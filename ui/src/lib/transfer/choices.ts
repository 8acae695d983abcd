/** What becomes of each connection that a file or a snippet holds. Pure, so that every rule can be tested. */
import type { ImportAction, ImportChoice, ImportFault, ImportItem } from '$lib/backend/bindings';

/** An item of the preview with what the person has decided about it. */
export type Decision = {
	item: ImportItem;
	action: ImportAction;
	label: string;
	/** Where the preview could not tell. */
	provider: string;
	baseUrl: string;
};

/** What is proposed: what is there already gets the new key, what is whole is added, the rest is left out. */
export function proposed(item: ImportItem): Decision {
	const action: ImportAction = item.fault !== null ? 'skip' : item.existing !== null ? 'replace' : 'add';
	return {
		item,
		action,
		label: item.label,
		provider: item.fault === 'provider_unknown' ? '' : (item.provider ?? ''),
		baseUrl: item.fault === 'bad_address' ? '' : item.baseUrl,
	};
}

/** Whether nothing that can be typed here makes it whole. */
export function isHopeless(fault: ImportFault | null): boolean {
	return fault === 'key_missing' || fault === 'secret_missing';
}

/** What is still missing before it can be taken; null when nothing is. */
export function lacks(decision: Decision): 'provider' | 'base_url' | null {
	if (decision.action === 'skip') return null;
	if (decision.provider === '') return 'provider';
	return decision.baseUrl.trim() === '' ? 'base_url' : null;
}

export function choicesOf(decisions: readonly Decision[]): ImportChoice[] {
	return decisions.map(({ item, action, label, provider, baseUrl }, at) => ({
		item: at,
		action,
		label: label.trim(),
		provider: item.fault === 'provider_unknown' && provider !== '' ? provider : null,
		baseUrl: baseUrl.trim() === item.baseUrl ? '' : baseUrl.trim(),
	}));
}
