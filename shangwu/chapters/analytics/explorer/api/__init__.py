"""What the pages of 2.7.2 work out, for programs: any question of the explorer, any figure explained, what is owed."""
