"""Labels, cards, sheets and signs on paper: values in, pages out; and the printers and the queue that take them."""
