"""Results to text: documents, pages, terminal tables and files. Nothing here computes a KPI."""
