"""Fields that agree: limits, parts, totals, series, bills, people, places."""
