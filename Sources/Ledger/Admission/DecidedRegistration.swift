/// A statement that is decided about.
public struct DecidedRegistration: Sendable {
    /// The place of its entry; nil where it is in none, or where nothing is left to wait for.
    let index: UInt64?

    private let make: @Sendable () -> Registration

    init(outcome: Outcome?, _ make: @escaping @Sendable () -> Registration) {
        index =
            switch outcome {
            case .registered(let index), .known(let index): index
            case .refused, nil: nil
            }
        self.make = make
    }

    /// Creates what has its answer already: the sequencer was not needed for it.
    public init(_ registration: Registration) {
        index =
            switch registration {
            case .unpublished(_, let index, _): index
            case .registered, .known, .refused: nil
            }
        make = { registration }
    }

    /// Assembles the answer, with its receipt; ask once, where it may take some time.
    public func registration() -> Registration { make() }
}
