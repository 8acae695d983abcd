/** The built-in views in the order of the side bar, and what they are called. */
import type { View } from '$lib/backend/bindings';
import { m } from '$paraglide/messages.js';

export const BUILT_IN_VIEWS: readonly { view: View; name: () => string; urgent?: boolean }[] = [
	{ view: 'all', name: m.view_all },
	{ view: 'needs_review', name: m.view_needs_review, urgent: true },
	{ view: 'pending_long', name: m.view_pending_long },
	{ view: 'rejected_paying', name: m.view_rejected_paying },
	{ view: 'disagree', name: m.view_disagree },
	{ view: 'blocked', name: m.view_blocked },
];
