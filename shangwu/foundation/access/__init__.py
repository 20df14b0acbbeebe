"""Access: who acts with which rights today, which rows and fields they see, and how a name is shown."""
