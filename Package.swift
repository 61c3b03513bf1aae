// swift-tools-version:6.2
import PackageDescription

// The floors of the house: a target imports only targets of a lower floor (CONTRIBUTING.md, "The house").
let package = Package(
    name: "beamsh",
    dependencies: [
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        // Floor 0
        .target(name: "Support"),

        // Floor 1
        .target(
            name: "Terms",
            dependencies: [
                "Support",
                .product(name: "BigInt", package: "BigInt"),
                .product(name: "HashTreeCollections", package: "swift-collections"),
            ]),

        // Floor 6
        .target(name: "Shell", dependencies: ["Support", "CLibEdit"]),

        // System libraries
        .target(name: "CLibEdit", linkerSettings: [.linkedLibrary("edit")]),

        // For tests only
        .target(name: "CPtyKit"),
        .target(name: "TestKit", dependencies: ["Support", "CPtyKit"]),
        .executableTarget(name: "EditorProbe", dependencies: ["Shell", "Support"]),

        // Tests mirror Sources.
        .testTarget(name: "SupportTests", dependencies: ["Support"]),
        .testTarget(name: "TermsTests", dependencies: ["Terms"]),
        .testTarget(name: "ShellTests", dependencies: ["Shell", "TestKit", "EditorProbe"]),
        .testTarget(name: "TestKitTests", dependencies: ["TestKit"]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        ]
}
