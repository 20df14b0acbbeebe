"""The page of one record, and everything that hangs on it: history, comments, why one sees it, print, side panel."""
