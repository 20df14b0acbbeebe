"""Acting from a page: buttons, dialogs, the address of every action, what is answered, and the way back."""
