package import Provenance

/// The gate of reconciliations, as a sync asks it.
package struct ReconciliationHold: RecordGate {
    private let gate: ReconciliationGate

    /// Asks `gate`, which is that of one pass.
    package init(_ gate: ReconciliationGate) {
        self.gate = gate
    }

    package func hold(_ record: TransparentStatement) async -> String? {
        if case .held(let reason) = await gate.answer(for: record) { "\(reason)" } else { nil }
    }
}
