using MissBgm.CommandLine;
using MissBgm.Trainer.Cli;

return CommandLineHost.Run<TrainerApp>(args);
