/// The row `served` of `meta`: which heads somebody may have seen as the served one (log.md §4).
///
///     size (8), big-endian; all ones where each head is served as it is signed
package enum ServedMark: Hashable {
    /// Each head was served as it was signed.
    case each

    /// None was served that is larger than the head of this size.
    case size(UInt64)

    /// Reads the row; nil for one of another form.
    package init?(_ value: [UInt8]) {
        guard let number = StoreLayout.number(value) else { return nil }
        self = number == .max ? .each : .size(number)
    }

    package var value: [UInt8] {
        switch self {
        case .each: StoreLayout.key(.max)
        case .size(let size): StoreLayout.key(size)
        }
    }
}
