"""Reading the library: findings as frozen values, cited findings, region sheets, actors, search."""
