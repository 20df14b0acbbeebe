"""What the pages clear away by themselves: drafts that nobody came back to, and what has lain in the trash."""

from shangwu.foundation.actions.trash import purge
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.pages.forms.drafts import clear

every("40 3 * * *", "pages.clear_drafts")(clear)
every("50 3 * * *", "pages.empty_trash")(purge)
