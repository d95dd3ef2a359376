"""The report: results as documents, pages, workbooks and mail. Nothing here computes a KPI."""
