"""Files of strangers, taken through the command and through the browser, and checked against their known answers."""
