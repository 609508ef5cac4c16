//! Both halves together, in real runtimes, against real servers. What the tests share stands here.
