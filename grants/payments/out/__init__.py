"""What leaves for the accounting office or the bank: account numbers are in these files only."""
