"""What a shop exports: the tables, their columns, and what columns are called."""
