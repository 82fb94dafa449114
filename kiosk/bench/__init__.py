"""`kiosk bench`: what this machine does, measured; it prints and judges nothing.

The large library (20,000 titles, 100,000 copies, 2,000 patrons, 1,000,000 past loans) is made once and kept in the
user's cache folder; what lends works on a copy of it beside it, on the same disk. Times are from the machine's
monotonic clock; each figure comes with its minimum, median, 99th percentile and count, and with what it ran on and
how busy the machine was with other things. Memory is told where the system has /proc (Linux).
"""
