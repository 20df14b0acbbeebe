"""2.6: one order by six roles in the browser, from quotation to statement; nobody types an address."""
