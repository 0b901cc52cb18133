using McMaster.Extensions.CommandLineUtils;

namespace MissBgm.Trainer.Cli;

internal static class Program
{
    public static int Main(string[] args)
    {
        using var interruption = new Interruption();
        return TrainerCommandLine.Run(args, PhysicalConsole.Singleton, interruption.Token);
    }
}
