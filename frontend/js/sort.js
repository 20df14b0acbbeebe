/** SortableJS, loaded only when a column menu is opened. */
import Sortable from "sortablejs";

window.shangwu = { ...window.shangwu, sort: Sortable };
