public import ArgumentParser
public import LogReader

extension LogLayout: ExpressibleByArgument {}
