"""Forms: drawn from an action's inputs, filled from a post, a draft or a record, checked by the door alone."""
