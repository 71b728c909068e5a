extension AnchorKind {
    /// The name of the kind in records, in answers and in metrics.
    package var name: String {
        switch self {
        case .timestamp: "rfc3161"
        case .openTimestamps: "opentimestamps"
        }
    }
}
