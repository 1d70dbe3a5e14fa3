// Observations
