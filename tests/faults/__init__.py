"""Bad input and faults: whatever is sent or breaks, nothing acknowledged is lost and nothing is half done."""
