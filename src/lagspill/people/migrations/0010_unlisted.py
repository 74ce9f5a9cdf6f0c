from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("people", "0009_log_questions")]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=Q(("protected", "6")), fields=["municipality"], name="person_unlisted"
            ),
        ),
    ]
