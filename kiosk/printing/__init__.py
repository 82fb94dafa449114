"""Labels, cards and sheets on paper. So far: vector bars in PDF pages, and the scanner's test sheet."""
