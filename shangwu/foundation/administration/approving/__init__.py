"""Where people meet approvals: the inbox, the chain on a record with its seals, and the page that draws a route."""
