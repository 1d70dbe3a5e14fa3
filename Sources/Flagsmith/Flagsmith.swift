// Flagsmith
