import Foundation

/// What libFuzzer calls; built by `Tools/fuzz` together with `Tests/FuzzTests` and the sources,
/// all of them watched by the fuzzer and by AddressSanitizer.
private let target = FuzzTarget(
    rawValue: ProcessInfo.processInfo.environment["COLOPHON_FUZZ_TARGET"] ?? "")

/// Prints the names of the targets, or writes a target's seeds, where that is asked for.
@_cdecl("LLVMFuzzerInitialize")
public func prepare(
    _: UnsafeMutablePointer<CInt>, _: UnsafeMutablePointer<UnsafeMutablePointer<CChar>>
) -> CInt {
    let environment = ProcessInfo.processInfo.environment
    guard let target else {
        for target in FuzzTarget.allCases { print(target.rawValue, target.maximumByteCount) }
        exit(0)
    }
    if let folder = environment["COLOPHON_FUZZ_SEEDS"] {
        for (number, seed) in target.seeds().enumerated() {
            let file = URL(filePath: folder).appending(path: "seed-\(number)")
            guard (try? Data(seed).write(to: file)) != nil else {
                print("\(file.path()): cannot be written")
                exit(2)
            }
        }
        exit(0)
    }
    return 0
}

/// Ends the process where the property does not hold: libFuzzer then keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func check(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    do {
        _ = try target?.accepts(bytes)
    } catch {
        print("\(error)")
        fflush(nil)
        preconditionFailure("\(error)")
    }
    return 0
}
