"""Many drawings: jobs in a list, worked off by several processes, each with perceptors of its own.

    jobs = [Job(settings_layer) for settings_layer in layers]
    for done in worked_off(jobs, draw_job, Processes(draw_job, 2)):
        done.at, done.result

What is drawn depends on a job and its number of threads, never on who draws it, or when.
"""
