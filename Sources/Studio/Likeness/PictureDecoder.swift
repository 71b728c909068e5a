import Capture
package import Files
import Processes

/// The program that computes perceptual hashes, `colophon-decode`: it reads what anybody may have
/// made, so it runs by itself, with limits and in a sandbox.
///
/// It is run only from the folder of the running program, or from `../libexec/colophon` of that:
/// no search path and no setting names it.
package struct PictureDecoder: Sendable {
    /// The name of the program.
    package static let name = "colophon-decode"

    /// How long one picture may take on the clock; of the processor it gets 5 seconds itself.
    ///
    /// Three times as long: other programs are at work, and the picture may lie on a slow disk.
    package static let time: Duration = .seconds(15)

    /// Where the program is, or why it is not run.
    private let program: Result<String, DecoderFault>

    private let time: Duration

    /// Finds the program of this package.
    package static let ours = PictureDecoder(beside: Child.sibling(name))

    /// Takes the program at `path`, or the one in `../libexec/colophon` where nothing is there.
    package init(beside path: String, time: Duration = Self.time) {
        program = Result { () throws(DecoderFault) in try Self.place(path) }
        self.time = time
    }

    /// Computes the hashes of an open file.
    ///
    /// Holds the thread until they are there, and at most for ``time``. One picture is one process.
    ///
    /// - Throws: what kept the file from being read, or that it was changed meanwhile. All else is
    ///   a look without a hash.
    package func look(at file: consuming InputFile) throws(FileError) -> PictureLook {
        try PictureFile.with(file) { file throws(FileError) in try look(at: file) }
    }

    /// The same of a file that is read for more than its hashes.
    func look(at file: PictureFile) throws(FileError) -> PictureLook {
        guard file.isOrdinary else { return .unavailable(.notAFile) }
        let format = try file.read { file throws(PictureFault) in try PictureFormat(of: file) }
        guard format == .decoded else { return .unavailable(.format) }
        let orientation = try file.read { file throws(PictureFault) in try Orientation(of: file) }
        do throws(DecoderFault) {
            return try run(program.get(), file, orientation)
        } catch {
            return .unavailable(error.reason)
        }
    }

    private func run(
        _ program: String, _ file: PictureFile, _ orientation: Orientation
    ) throws(DecoderFault) -> PictureLook {
        let output: ChildOutput
        do throws(ChildError) {
            output = try file.lend { descriptor throws(ChildError) in
                try ChildOutput.awaited(
                    program, ["--orientation", "\(orientation.number)"],
                    input: .descriptor(descriptor), environment: .only([:]), time: time,
                    limit: DecoderAnswer.byteCount)
            }
        } catch {
            throw DecoderFault(.notStarted)
        }
        switch output {
        case .ended(.exit(0), let bytes): return DecoderAnswer.look(bytes)
        case .ended(.exit, _), .tooMuch: return .unavailable(.garbled)
        case .ended(let end, _) where end.isForbiddenCall: return .unavailable(.forbiddenCall)
        case .ended(let end, _) where end.isTimeLimit: return .unavailable(.outOfTime)
        case .ended(.signal, _): return .unavailable(.crashed)
        case .tooLong: return .unavailable(.outOfTime)
        }
    }

    /// Finds the program; whoever could change it could do all that we may.
    private static func place(_ path: String) throws(DecoderFault) -> String {
        var places = [path]
        if let (folder, name) = Place.split(path), let (above, _) = Place.split(folder) {
            places.append("\(above)/libexec/colophon/\(name)")
        }
        for place in places {
            do throws(FileError) {
                guard try NamedPath.status(place) != nil else { continue }
                try Ownership.requireOwn(program: place)
            } catch {
                throw DecoderFault(.unsafeDecoder)
            }
            return place
        }
        throw DecoderFault(.noDecoder)
    }
}

/// Why the program that decodes was not run.
private struct DecoderFault: Error {
    let reason: PictureLook.Reason

    init(_ reason: PictureLook.Reason) {
        self.reason = reason
    }
}
