import Checkpoints
import HTTPService

extension ServerLimits {
    /// Bytes that are taken for an answer before it is read, where it can be more than a few pages:
    /// those of a usual bundle.
    func usualBytes(of route: Route) -> Int {
        switch route {
        case .manifests, .control, .tile(TilePath.entries): 4 * pieceBytes
        default: 0
        }
    }
}
