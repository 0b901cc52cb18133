using MissBgm.Fuzz;
using SharpFuzz;

// Started by libFuzzer's driver, which run.sh does.
if (args.Length == 0 || !FuzzTargets.All.TryGetValue(args[0], out var target))
{
    Console.Error.WriteLine($"name a target: {string.Join(", ", FuzzTargets.All.Keys)}");
    return 2;
}

Fuzzer.LibFuzzer.Run(bytes => target(bytes.ToArray()));
return 0;
