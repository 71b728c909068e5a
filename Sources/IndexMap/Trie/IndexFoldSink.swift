/// Takes what a fold makes on its way: nodes, and lists.
protocol IndexFoldSink {
    /// Keeps two nodes beside each other; returns the number of the left one.
    mutating func keep(_ left: IndexNode, _ right: IndexNode) -> UInt32

    /// Keeps the key of a list; returns its number.
    mutating func keep(_ key: IndexKey) -> UInt32

    /// Takes a new list, with all of its entries.
    mutating func take(_ list: IndexList)

    /// Takes a full tile of a new list.
    mutating func take(_ tile: IndexTile)
}

/// Forgets everything: for whoever wants the hash alone.
struct ForgetfulSink: IndexFoldSink {
    mutating func keep(_ left: IndexNode, _ right: IndexNode) -> UInt32 { 0 }
    mutating func keep(_ key: IndexKey) -> UInt32 { 0 }
    mutating func take(_ list: IndexList) {}
    mutating func take(_ tile: IndexTile) {}
}
